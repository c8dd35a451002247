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


class DigitNetwork(nn.Sequential):
    """Scores [n, 10] (logits) of pictures [n, 1, 28, 28]; light ink on dark, 0 to 1.

    Channels come in sixteens, since ONNX Runtime pads others to that. The last layer keeps position.
    """

    def __init__(self):
        super().__init__(
            *convolution(1, 16, 3),
            *convolution(16, 32, 3, stride=2), *convolution(32, 32, 3),
            *convolution(32, 64, 3, stride=2), *convolution(64, 64, 3), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.2), nn.Linear(64 * 3 * 3, 10))


class ExportedNetwork(nn.Module):
    """The network as mnist.onnx holds it: 784 numbers a picture in, probabilities and digit out.

    `temperature` divides the scores, so that the probabilities are as sure as the network is right.
    """

    def __init__(self, network, temperature):
        super().__init__()
        self.network = network
        self.temperature = float(temperature)

    def forward(self, images):
        scores = self.network(images.reshape(-1, 1, 28, 28)) / self.temperature
        predictions = torch.softmax(scores, dim=1)
        return predictions, torch.argmax(predictions, dim=1)
