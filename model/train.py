#!/usr/bin/env python3
"""Trains the digit model on MNIST's 60,000 training pictures and exports it to ONNX.

Needs torch, onnx and numpy (Debian: python3-torch python3-onnx python3-numpy, run by /usr/bin/python3). Two processor cores will do; a GPU is used where there is one.
With the same seed, library, processor and number of threads the result is the same; others round differently.
"""

import argparse
import copy
import gzip
import os
import pathlib
import sys
import time

import numpy
import torch
import torch.nn.functional as F

from augment import augment, move
from drawn import NONE, draw_frames
from figures import Figures, write_card, write_montage
from mnist import VALIDATION, read_pictures, read_scans, read_training_set
from network import DigitNetwork
from onnx_model import OnnxModel, export

HERE = pathlib.Path(__file__).resolve().parent
VARIED, SCANNED, DRAWN = 128, 96, 128  # of each batch: pictures varied by augment.py, frames of scans, and frames of drawn.py
DRAWINGS = 60_000
DRAWINGS_TO_VALIDATE, OTHER_SEED = 1_200, 999_999
STATISTICS = 2_000  # pictures that set the batch statistics of a network that starts from a file
PICTURES_PART = 0.1  # of the drawings: labelled pictures are repeated until they are about so many
HELD_OUT = 10  # every tenth of the labelled pictures is never trained on
LEAST_DIGIT_SCORE = 0.1  # the app's default
RATE, RATE_FROM_FILE = 0.1, 0.02
WARM_UP = 1  # epochs at the start in which the rate rises; after them it falls to nothing in a straight line
GENTLE_FROM, GENTLE = 0.6, 0.5  # from this part of the epochs on, this share of the varied pictures keeps MNIST's look
EMA_DECAY = 0.999
EPOCHS, EPOCHS_FROM_FILE = 90, 12
WORST = 24  # wrongly read pictures shown in the card


def to_pictures(images):
    return torch.from_numpy(images.astype(numpy.float32) / 255).reshape(-1, 1, 28, 28)


def fast_bfloat16(device):
    """bfloat16 halves the time where the processor multiplies it in hardware, and is slow elsewhere."""
    try:
        return device == "cuda" or "amx_bf16" in pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def describe_processor(device):
    """What the training ran on, for the card."""
    name = torch.cuda.get_device_name() if device == "cuda" else f"processor, threads: {torch.get_num_threads()}"
    return f"{name}, {'bfloat16' if fast_bfloat16(device) else 'float32'}"


class TrainingSet:
    """The pictures and the frames to train on, as bytes on the device."""

    def __init__(self, images, scans, labels, drawings, device):
        copies = len(scans)
        readable = scans.reshape(-1, 28 * 28).any(axis=1)  # what the transform refused teaches nothing
        self.images = torch.from_numpy(images.copy()).reshape(-1, 1, 28, 28).to(device)
        self.labels = torch.from_numpy(labels.astype(numpy.int64)).to(device)
        self.frames = torch.from_numpy(scans.reshape(-1, 1, 28, 28)[readable]).to(device)
        self.frame_labels = torch.from_numpy(numpy.tile(labels, copies)[readable].astype(numpy.int64)).to(device)
        drawn, drawn_labels = drawings
        self.drawn = torch.from_numpy(drawn.reshape(-1, 1, 28, 28)).to(device)
        self.drawn_labels = torch.from_numpy(drawn_labels.astype(numpy.int64)).to(device)

    def batch(self, rows, gentle):
        """Pictures and labels: those rows of the pictures, varied, and any frames of scans and drawings, moved a little."""
        scanned = torch.randint(len(self.frames), (SCANNED,), device=self.images.device)
        drawn = torch.randint(len(self.drawn), (DRAWN,), device=self.images.device)
        moved = move(torch.cat([self.frames[scanned], self.drawn[drawn]]).float() / 255)
        pictures = [augment(self.images[rows].float() / 255, gentle), moved]
        return torch.cat(pictures), torch.cat([self.labels[rows], self.frame_labels[scanned], self.drawn_labels[drawn]])


def add_pictures(drawings, frames, labels):
    """The drawings with labelled pictures among them, which are used as those are: framed already, and moved by little."""
    copies = max(1, round(PICTURES_PART * len(drawings[1]) / max(1, len(labels))))
    return [numpy.concatenate([drawn, *[part] * copies]) for drawn, part in zip(drawings, (frames, labels))]


def loss_of(outputs, targets):
    """Cross-entropy of the digits, and that of there being a single digit at all."""
    scores, is_digit = outputs
    single = targets != NONE
    return (F.cross_entropy(scores[single].float(), targets[single], label_smoothing=0.03)
            + 0.5 * F.binary_cross_entropy_with_logits(is_digit[:, 0].float(), single.float()))


def train(data, start, epochs, rate, seed, device, checkpoint, report):
    """Trains a network, anew or from a model file `start`. Returns the exponential moving average of the network's weights after `epochs`, and what they were trained on."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(device == "cpu")
    bfloat16 = fast_bfloat16(device)
    network = DigitNetwork()
    if start:
        network.take(OnnxModel(start).layers(), data.images[:STATISTICS].float().cpu() / 255)
    network = network.to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.SGD(network.parameters(), rate, momentum=0.9, nesterov=True, weight_decay=5e-4)
    steps = len(data.images) // VARIED
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * steps), (epochs - step / steps) / max(1, epochs - WARM_UP)))
    parts = dict(network=network, average=average, optimizer=optimizer, schedule=schedule)
    recipe = {"seed": seed, "epochs": epochs, "rate": rate, "from": start.name if start else None}
    first, trained_on = 0, describe_processor(device)
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint, map_location="cpu")
        if saved["recipe"] != recipe:
            raise SystemExit(f"{checkpoint} belongs to a training with {saved['recipe']}, this one has {recipe}: name another file")
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        torch.set_rng_state(saved["random"])
        if device == "cuda" and saved["random_cuda"] is not None:
            torch.cuda.set_rng_state(saved["random_cuda"])
        first, trained_on = saved["done"], saved["trained_on"]
    for epoch in range(first, epochs):
        started, total, step = time.monotonic(), 0.0, epoch * steps
        network.train()
        gentle = GENTLE if epoch >= GENTLE_FROM * epochs else 0
        for rows in torch.randperm(len(data.images), device=device)[: steps * VARIED].split(VARIED):
            pictures, targets = data.batch(rows, gentle)
            with torch.autocast(device, torch.bfloat16, enabled=bfloat16):
                outputs = network(pictures.contiguous(memory_format=torch.channels_last))
            loss = loss_of(outputs, targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            follow(average, network, 1 - min(EMA_DECAY, step / (10 + step)))
            step += 1
            total += loss.detach()
        report(epoch + 1, float(total) / steps, time.monotonic() - started, average)
        if checkpoint:
            saved = {name: part.state_dict() for name, part in parts.items()}
            saved.update(random=torch.get_rng_state(), random_cuda=torch.cuda.get_rng_state() if device == "cuda" else None,
                         recipe=recipe, done=epoch + 1, trained_on=trained_on)
            torch.save(saved, str(checkpoint) + ".part")
            os.replace(str(checkpoint) + ".part", checkpoint)
    return average, trained_on


@torch.no_grad()
def follow(average, network, part):
    """Moves the averaged weights, batch statistics included, a part of the way towards the network's."""
    for kept, latest in zip(average.state_dict().values(), network.state_dict().values()):
        if kept.is_floating_point():
            kept.lerp_(latest, part)


@torch.no_grad()
def score(network, pictures):
    """The scores (logits) [n, 10], in portions that fit the processor's caches."""
    device = next(network.parameters()).device
    return torch.cat([network(part.to(device))[0].cpu() for part in pictures.split(500)])


def fit_temperature(scores, labels):
    """The divisor of the scores under which the labels are most likely: label smoothing leaves the network too modest."""
    candidates = torch.logspace(-1, 0.5, 301)
    losses = torch.stack([F.cross_entropy(scores / candidate, labels) for candidate in candidates])
    return round(candidates[losses.argmin()].item(), 3)


class Validation:
    """The part of the data that is never trained on: as it is, varied once as the training pictures are, and as the frames of its scans; and other drawings."""

    def __init__(self, images, scans, labels, folder):
        self.images, self.labels = images, labels
        self.scan_labels = numpy.tile(labels, len(scans))
        self.clean, self.scanned = to_pictures(images), to_pictures(scans)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.varied = torch.cat([augment(part) for part in self.clean.split(500)])
        drawn, drawn_labels = draw_frames(DRAWINGS_TO_VALIDATE, OTHER_SEED, folder)
        single = drawn_labels != NONE
        self.drawn, self.drawn_labels, self.none = to_pictures(drawn[single]), drawn_labels[single], to_pictures(drawn[~single])

    def sets(self):
        return (self.clean, self.labels), (self.varied, self.labels), (self.scanned, self.scan_labels), (self.drawn, self.drawn_labels)

    def report(self, epoch, loss, seconds, network):
        right = [(score(network, pictures).argmax(1).numpy() == labels).mean() for pictures, labels in self.sets()]
        print(f"epoch {epoch}: loss {loss:.4f}, {seconds:.0f} s, validation {right[0]:.2%}, varied {right[1]:.2%}, scanned {right[2]:.2%}, "
              f"drawn {right[3]:.2%}", file=sys.stderr, flush=True)

    def measure(self, model):
        """The figures of a model file on each of the four."""
        return [Figures(torch.cat([model.run(part)[0] for part in pictures.reshape(-1, 784).split(500)]).numpy(), labels)
                for pictures, labels in self.sets()]

    def measure_digit_score(self, model):
        """Which parts are taken for no single digit: of the clean digits, their scans, the drawn digits, and what is none."""
        return [float((torch.cat([model.run(part)[2] for part in pictures.reshape(-1, 784).split(500)]) < LEAST_DIGIT_SCORE).float().mean())
                for pictures in (self.clean, self.scanned, self.drawn, self.none)]


def describe(model, made, clean, varied, scanned, drawn, refused):
    """Markdown for the model card; `made` tells how the model was trained, where that is known."""
    worst = [f"{clean.labels[row]} read as {clean.digits[row]} ({clean.confidence[row]:.2f})" for row in clean.worst(WORST)]
    return f"""
| | |
|---|---|{made}
| File | {model.size:,} bytes |
| Multiply-adds a picture | {model.multiply_adds:,} |
| Validation part | {clean.line()} |
| Validation part, varied by `augment.py` | {varied.line()} |
| Validation part, scans of 20 to 400 pixels a side | {scanned.line()} |
| Other drawings of `drawn.py` | {drawn.line()} |
| Taken for no single digit (`digit_score` below {LEAST_DIGIT_SCORE}) | of the validation part {refused[0]:.2%}, of its scans {refused[1]:.2%}, of drawn digits {refused[2]:.2%}, of drawings of none {refused[3]:.2%} |
| Expected calibration error | {clean.expected_calibration_error():.4f}; varied {varied.expected_calibration_error():.4f}; scans {scanned.expected_calibration_error():.4f} |

Confusion on the validation part:

{clean.confusion()}

Calibration on the validation part:

{clean.calibration()}

Calibration on its scans:

{scanned.calibration()}

The pictures of the validation part that it reads wrong, the surest first{f" ({WORST} of them)" if (~clean.right).sum() > WORST else ""}:

![Wrongly read pictures](worst-cases.png)

Row by row, with the confidence: {"; ".join(worst)}.
"""


def write_scores(folder, network, temperature, images):
    """Pictures of the validation part and the network's own probabilities, for a test that scores them elsewhere."""
    with torch.no_grad():
        scores, is_digit = network(to_pictures(images))
        probabilities = torch.softmax(scores / temperature, dim=1).numpy()
    folder.mkdir(parents=True, exist_ok=True)
    content = images.tobytes() + probabilities.astype("<f4").tobytes() + torch.sigmoid(is_digit).numpy().astype("<f4").tobytes()
    (folder / "torch-scores.bin.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "data", help="folder with MNIST's two training files and the frames of scans")
    parser.add_argument("--epochs", type=int, help=f"default: {EPOCHS}; {EPOCHS_FROM_FILE} with --from")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count(),
                        help="of a training on the processor; each number rounds differently (default: one for each core)")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "mnist.onnx",
                        help="model file; a MODEL_CARD.md beside it gets the figures")
    parser.add_argument("--scores-out", type=pathlib.Path, metavar="FOLDER",
                        help="write 1,000 validation pictures with PyTorch's scores there")
    parser.add_argument("--from", dest="start", type=pathlib.Path, metavar="MODEL", help="train this file's network on, at a fifth of the rate (default: a new network)")
    parser.add_argument("--draw-only", action="store_true", help="make the drawings, keep them in the data folder, and train nothing")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="FOLDER",
                        help="train on these labelled pictures too, but for every tenth, on which the model is measured; with --validate-only measure alone")
    parser.add_argument("--drawings", type=int, default=DRAWINGS, help="how many frames of drawn.py there are to train on")
    parser.add_argument("--checkpoint", type=pathlib.Path, metavar="FILE", help="saved after every epoch; gone on from when it is there")
    parser.add_argument("--validate-only", type=pathlib.Path, metavar="MODEL", help="measure this file and train nothing")
    arguments = parser.parse_args()
    rate, epochs = (RATE_FROM_FILE, EPOCHS_FROM_FILE) if arguments.start else (RATE, EPOCHS)
    epochs = epochs if arguments.epochs is None else arguments.epochs
    if epochs < 1 or arguments.threads < 1:
        parser.error("--epochs and --threads must be 1 or more")
    if not arguments.out.absolute().parent.is_dir():
        parser.error(f"--out: there is no folder {arguments.out.parent}")
    if arguments.validate_only and not arguments.validate_only.is_file():
        parser.error(f"--validate-only: there is no file {arguments.validate_only}")
    torch.set_num_threads(arguments.threads)
    if arguments.draw_only:
        for count, seed in ((arguments.drawings, arguments.seed), (DRAWINGS_TO_VALIDATE, OTHER_SEED)):
            draw_frames(count, seed, arguments.data)
        return
    images, labels = read_training_set(arguments.data)
    scans = read_scans(arguments.data, len(images))
    pictures, picture_labels = read_pictures(arguments.pictures) if arguments.pictures else (images[:0], labels[:0])
    held = numpy.arange(len(pictures)) % HELD_OUT == HELD_OUT - 1
    validation = Validation(images[-VALIDATION:], scans[:, -VALIDATION:], labels[-VALIDATION:], arguments.data)
    if arguments.validate_only:
        model, made = OnnxModel(arguments.validate_only), ""
    else:
        drawings = draw_frames(arguments.drawings, arguments.seed, arguments.data)
        if arguments.pictures:
            drawings = add_pictures(drawings, pictures[~held], picture_labels[~held])
        data = TrainingSet(images[:-VALIDATION], scans[:, :-VALIDATION], labels[:-VALIDATION], drawings, arguments.device)
        network, trained_on = train(data, arguments.start, epochs, rate, arguments.seed, arguments.device, arguments.checkpoint, validation.report)
        trained = f"{epochs} epochs{f' from {arguments.start.name}' if arguments.start else ''}; {trained_on}"
        network = network.to("cpu", memory_format=torch.contiguous_format)
        temperature = fit_temperature(score(network, validation.clean), torch.from_numpy(validation.labels.astype(numpy.int64)))
        export(network, temperature, arguments.out)
        model = OnnxModel(arguments.out)
        made = (f"\n| Training | {trained}; seed {arguments.seed} |"
                f"\n| Temperature | {temperature} |")
    clean, varied, scanned, drawn = validation.measure(model)
    figures = describe(model, made, clean, varied, scanned, drawn, validation.measure_digit_score(model))
    print(figures)
    if not arguments.validate_only:
        if arguments.scores_out:
            write_scores(arguments.scores_out, network, temperature, validation.images[:1000])
        card = arguments.out.parent / "MODEL_CARD.md"
        if card.exists():
            write_card(card, figures)
            write_montage(card.parent / "worst-cases.png", validation.images[clean.worst(WORST)], columns=8, zoom=3)
    print(f"size={model.size} multiply-adds={model.multiply_adds}")
    single = held & (picture_labels != NONE)
    if single.any():
        mine = Figures(model.run(to_pictures(pictures[single]).reshape(-1, 784))[0].numpy(), picture_labels[single])
        print(f"pictures held-out-accuracy={mine.accuracy:.4f} n={mine.count}")
    print(f"validation varied-accuracy={varied.accuracy:.4f} n={varied.count}")
    print(f"validation scanned-accuracy={scanned.accuracy:.4f} n={scanned.count}")
    print(f"validation drawn-accuracy={drawn.accuracy:.4f} n={drawn.count}")
    print(f"validation accuracy={clean.accuracy:.4f} n={clean.count}")


if __name__ == "__main__":
    main()
