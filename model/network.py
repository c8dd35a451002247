"""The network: two small convolutional branches whose scores are averaged."""

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
    """Scores [n, 10] (logits) of pictures [n, 1, 28, 28]; light ink on dark, 0 to 1.

    The fine branch keeps all 28×28 pixels for two layers and forgets position at its end; the coarse branch
    halves the picture at once, looks through wider kernels and keeps position. They err on different pictures.
    """

    def __init__(self):
        super().__init__()
        self.fine = nn.Sequential(
            *convolution(1, 16, 3), *convolution(16, 16, 3), nn.MaxPool2d(2),
            *convolution(16, 32, 3), *convolution(32, 32, 3), nn.MaxPool2d(2),
            *convolution(32, 64, 3), *convolution(64, 64, 3), nn.AdaptiveAvgPool2d(1),
            nn.Flatten(), nn.Linear(64, 10))
        self.coarse = nn.Sequential(
            *convolution(1, 24, 5, stride=2), *convolution(24, 32, 5),
            *convolution(32, 56, 5, stride=2), *convolution(56, 56, 3), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.2), nn.Linear(56 * 3 * 3, 10))

    def branches(self, pictures):
        """The scores of each branch alone: training asks each to be right by itself."""
        return self.fine(pictures), self.coarse(pictures)

    def forward(self, pictures):
        fine, coarse = self.branches(pictures)
        return (fine + coarse) / 2


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
