"""The network: five small convolutions, the picture halved as early as it can be."""

import torch
from torch import nn


def convolution(channels_in, channels_out, kernel, stride=1):
    """A convolution with batch normalisation, which the export folds into the convolution's weights."""
    return [
        nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    ]


class DigitNetwork(nn.Module):
    """Of pictures [n, 1, 28, 28], light ink on dark, 0 to 1: the digits' scores [n, 10] and the score of there being one digit [n, 1] (logits).

    Channels come in sixteens, since ONNX Runtime pads others to that. The last layers keep position.
    """

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *convolution(1, 16, 3),
            *convolution(16, 32, 3, stride=2), *convolution(32, 32, 3),
            *convolution(32, 64, 3, stride=2), *convolution(64, 64, 3), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.2))
        self.digits = nn.Linear(64 * 3 * 3, 10)
        self.is_digit = nn.Sequential(nn.Linear(64 * 3 * 3, 32), nn.ReLU(inplace=True), nn.Linear(32, 1))

    def forward(self, pictures):
        features = self.features(pictures)
        return self.digits(features), self.is_digit(features)

    @torch.no_grad()
    def take(self, weights, pictures):
        """Takes over a model file's weights, in the order of its nodes.

        Its convolutions come with batch normalisation folded in; that of this network is set so that what it does to `pictures` [n, 1, 28, 28] cancels out.
        """
        for layer, normal in zip(self.features, self.features[1:]):
            if isinstance(normal, nn.BatchNorm2d):
                layer.weight.data, bias = next(weights), next(weights)
                seen = layer(pictures)
                variance, mean = torch.var_mean(seen, dim=(0, 2, 3), correction=0)
                normal.running_mean.copy_(mean)
                normal.running_var.copy_(variance)
                normal.weight.data, normal.bias.data = (variance + normal.eps).sqrt(), mean + bias
                pictures = torch.relu(seen + bias.reshape(-1, 1, 1))
        for layer in (self.digits, self.is_digit[0], self.is_digit[2]):
            layer.weight.data, layer.bias.data = next(weights, layer.weight.data), next(weights, layer.bias.data)


class ExportedNetwork(nn.Module):
    """The network as mnist.onnx holds it: 784 numbers a picture in; probabilities, digit, and the probability of a single digit out.

    `temperature` divides the digits' scores, so that the probabilities are as sure as the network is right.
    """

    def __init__(self, network, temperature):
        super().__init__()
        self.network = network
        self.temperature = float(temperature)

    def forward(self, images):
        scores, is_digit = self.network(images.reshape(-1, 1, 28, 28))
        predictions = torch.softmax(scores / self.temperature, dim=1)
        return predictions, torch.argmax(predictions, dim=1), torch.sigmoid(is_digit).reshape(-1)
