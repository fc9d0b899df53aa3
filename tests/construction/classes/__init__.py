"""Classes as people write them: the body of each, and how the plan that builds it with nothing said begins."""

from __future__ import annotations

from tests.construction.classes import arrays, files, folders, tables
from tests.construction.conftest import Project

HEAD = """
import glob
import json
import os
from pathlib import Path
import h5py as storage
import numpy as np
from PIL import Image
from pandas import read_csv
from scipy.io.wavfile import read as read_track
from scans import read_scan

KINDS = ("glass", "paper", "wood")

def one_hot(y, num_classes):
    return np.eye(num_classes)[np.asarray(y)]

class Base:
    def __len__(self): return self.count // self.batch_size
    def rows(self, index): return slice(index * self.batch_size, (index + 1) * self.batch_size)
"""

CLASSES = {**arrays.CLASSES, **files.CLASSES, **folders.CLASSES, **tables.CLASSES}


def write(project: Project, body: str) -> None:
    """Make the body that of a class ``data.S``, beside the module whose reader it may use."""
    project.write("scans.py", "import numpy as np\ndef read_scan(path): return np.load(path)")
    project.write("data.py", f"{HEAD}\nclass S(Base):\n{body}".replace("\n        ", "\n    "))
