"""What made-up data can be: declared as frozen data that pickles, made in a `World`, each sample telling which it is.

Sample k, counted from 0, is encoded alike everywhere:

- arrays and lists of numbers hold k + 0.5 everywhere in row k;
- pictures are flat and hold the level k + 1 of 255 in every pixel and channel (floats: divided by 255);
- where it matters that a sample is not the same all over (random flips and crops, standardising), arrays grow from
  k + 0.5 by less than 0.4, and pictures have a texture on which the first k + 1 pixels are bright;
- sounds have the amplitude (k + 1) * `SOUND_STEP`, token lists repeat the token k + 1, texts repeat the word for k;
- labels are k, or hot at k; where there are fewer classes than samples, they name no sample;
- ids and file names are made of k and sort as the samples do.
"""

from seqcheck.construction.materials.anchors import Anchors
from seqcheck.construction.materials.annotations import BoxLists, RunLengths
from seqcheck.construction.materials.arrays import BatchCount, ClassCount, Inputs, Labels, Statistic, Weights
from seqcheck.construction.materials.calls import Identity
from seqcheck.construction.materials.contents import SOUND_STEP, Content
from seqcheck.construction.materials.dates import Dates
from seqcheck.construction.materials.files import ClassNames, Files, Folder, Ids, Paths
from seqcheck.construction.materials.holdings import FileHolding, Holding, changed, leaves, relabelled
from seqcheck.construction.materials.material import Code, Material
from seqcheck.construction.materials.pictures import Pictures
from seqcheck.construction.materials.places import Places
from seqcheck.construction.materials.plain import Choices, Plain, Repeated
from seqcheck.construction.materials.settings import Settings
from seqcheck.construction.materials.texts import Texts, Tokens
from seqcheck.construction.materials.tokenizers import Tokenizer
from seqcheck.construction.materials.world import World

__all__ = [
    "SOUND_STEP",
    "Anchors",
    "BatchCount",
    "BoxLists",
    "Choices",
    "ClassCount",
    "ClassNames",
    "Code",
    "Content",
    "Dates",
    "FileHolding",
    "Files",
    "Folder",
    "Holding",
    "Identity",
    "Ids",
    "Inputs",
    "Labels",
    "Material",
    "Paths",
    "Pictures",
    "Places",
    "Plain",
    "Repeated",
    "RunLengths",
    "Settings",
    "Statistic",
    "Texts",
    "Tokenizer",
    "Tokens",
    "Weights",
    "World",
    "changed",
    "leaves",
    "relabelled",
]
