"""The Sequence fails on its own defaults, or on a name that is not there.

What it detects:
    A name that the module neither defines nor imports; a name that NumPy, Keras, the standard library or another
    installed package no longer has, such as `np.int` or `keras.utils.np_utils`, a method that a library's arrays
    and tables no longer have, or a keyword that its functions do not take; an attribute of the instance that nothing
    sets; a default argument that the class's own code cannot take. The finding names the line and, for well-known
    names, what to write instead.

Why it matters:
    The class cannot be used by anybody as it stands, whatever data it is given. That is no question of how it is built,
    and is told apart from "cannot be constructed".

Limits:
    Only the lines that ran are looked at, up to the first that fails. A package that is not installed here is no fault
    of the class. Failures that other data might have avoided are not told here.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, np.asarray(y, dtype=np.int), batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, np.asarray(y, dtype=np.int64), batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from types import MappingProxyType

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.words import listing

CHECK = Check("broken-defaults", clause="construction", needs=("planning",))
STAGES = {"import": "being imported", "construct": "being built", "length": "len()", "read": "reading a batch"}
REMEDIES = MappingProxyType({
    "numpy.int": "int, or np.int64",
    "numpy.float": "float, or np.float64",
    "numpy.bool": "bool, or np.bool_",
    "numpy.object": "object",
    "numpy.str": "str",
    "numpy.complex": "complex",
    "numpy.bool8": "np.bool_",
    "numpy.int0": "np.intp",
    "numpy.string_": "np.bytes_",
    "numpy.unicode_": "np.str_",
    "numpy.asfarray": "np.asarray with a dtype",
    "numpy.long": "int, or np.int64",
    "numpy.unicode": "str",
    "numpy.float_": "np.float64",
    "numpy.complex_": "np.complex128",
    "numpy.NaN": "np.nan",
    "numpy.Inf": "np.inf",
    "numpy.Infinity": "np.inf",
    "numpy.product": "np.prod",
    "numpy.cumproduct": "np.cumprod",
    "numpy.alltrue": "np.all",
    "numpy.sometrue": "np.any",
    "numpy.in1d": "np.isin",
    "numpy.trapz": "np.trapezoid",
    "numpy.row_stack": "np.vstack",
    "keras.utils.np_utils": "keras.utils.to_categorical and its like, directly",
    "keras.utils.generic_utils": "keras.utils",
    "keras.utils.data_utils": "keras.utils",
    "keras.layers.merge": "keras.layers",
    "keras.layers.core": "keras.layers",
    "keras.preprocessing.text": "keras.layers.TextVectorization",
    "keras.utils.multi_gpu_model": "a tf.distribute strategy",
    "keras.preprocessing.image.load_img": "keras.utils.load_img",
    "keras.preprocessing.image.img_to_array": "keras.utils.img_to_array",
    "keras.preprocessing.sequence.pad_sequences": "keras.utils.pad_sequences",
    "collections.Mapping": "collections.abc.Mapping",
    "collections.Sequence": "collections.abc.Sequence",
    "collections.Iterable": "collections.abc.Iterable",
    "collections.Callable": "collections.abc.Callable",
    "time.clock": "time.perf_counter",
    "PIL.Image.ANTIALIAS": "Image.LANCZOS",
    "pandas.DataFrame.append": "pd.concat",
    "pandas.Series.append": "pd.concat",
    "pandas.DataFrame.as_matrix": "to_numpy()",
    "pandas.Series.as_matrix": "to_numpy()",
    "pandas.DataFrame.ix": "loc or iloc",
    "pandas.Series.ix": "loc or iloc",
    "pandas.DataFrame.iteritems": "items()",
    "pandas.Series.iteritems": "items()",
    "numpy.ndarray.ptp": "np.ptp",
    "skimage.io.imread(as_grey=)": "as_gray=",
    "scipy.misc.imread": "imageio.v3.imread",
    "scipy.misc.imresize": "PIL.Image.Image.resize",
    "scipy.misc.imsave": "imageio.v3.imwrite",
    "tensorflow.contrib": "what TensorFlow 2 has in its place",
    "imp": "importlib",
    "distutils": "setuptools, or what the standard library has in its place",
})  # fmt: skip
"""What stands now in the place of names that were removed."""


def judge(case: Case) -> Judgement:
    """Look at what the class failed at while a way to build it was looked for."""
    if not case.runs("planning"):
        return inconclusive(case.why_not("planning"))
    fault = case.facts.own_fault
    if fault is not None and is_certain(fault):
        return violated([_finding(fault)])
    if not [run for run in case.histories if run.engine != "planning" and run.ending not in ("not-run", "not-built")]:
        return inconclusive("no instance was made, and why is not the class's own doing for certain")
    return holds("an instance was built and read, and no name was missing")


def is_certain(fault: OwnFault) -> bool:
    """Whether it is the class that fails, on every machine that has these versions."""
    missing = fault.kind == "missing-name" and fault.exception == "NameError" and bool(fault.names)
    return missing or fault.kind in ("removed-name", "refused-keyword", "unset-attribute", "default")


def _finding(fault: OwnFault) -> Finding:
    names = listing(fault.names) if fault.names else "a name"
    when = STAGES.get(fault.stage, fault.stage)
    remedies = [REMEDIES[name] for name in fault.names if name in REMEDIES]
    if fault.kind == "default":
        what = f"its own default of {names} cannot be used: {fault.exception}: {fault.message}"
    elif fault.kind == "missing-name":
        what = f"{names} is neither defined nor imported"
    elif fault.kind == "refused-keyword":
        what = f"{names} is no keyword that is taken"
    elif fault.kind == "unset-attribute":
        what = f"self.{names} is read, and nothing in the source sets it"
    else:
        what = f"{names} is not there any more"
    instead = f"; write {listing(remedies)}" if remedies else ""
    line = f" ({fault.frame.file.rpartition('/')[2]}:{fault.frame.line}: {fault.frame.code})" if fault.frame else ""
    evidence: dict[str, object] = {"failed in": when, "error": f"{fault.exception}: {fault.message}"}
    if remedies:
        evidence["write instead"] = listing(remedies)
    return Finding(f"{what}{instead}{line}", evidence, frame=fault.frame)
