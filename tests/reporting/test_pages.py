"""Pages as Markdown and as terminal text, and their index."""

from __future__ import annotations

from seqcheck.model.check import Check, Severity
from seqcheck.model.page import Page
from seqcheck.reporting.pages import as_markdown, as_text, files_of, index_of

PAGE = Page("It is wrong.", "This.\n\nAnd that.", "Because.", "Few.", "import keras\n", "import keras  # mended\n")
LOST = Check("lost-samples", clause="epoch", needs=("loop",), options=("seed",))
EMPTY = Check("empty-epoch", clause="length", needs=("loop",), severity=Severity.ADVICE, guarantee="chance")

MARKDOWN = """\
<!-- Made from the check's docstring by `python -m seqcheck.pages docs/defects`: do not edit. -->

# lost-samples

It is wrong.

Clause: epoch. Severity: error. Guarantee: a finding is certain. Declarations that change it: `seed = 7`.

## What it detects

This.

And that.

## Why it matters

Because.

## Limits

Few.

## Example

```python
import keras
```

## Use instead

```python
import keras  # mended
```
"""

TEXT = """\
empty-epoch

It is wrong.

Clause: length. Severity: advice. Guarantee: a finding would come about by chance less than once
in 1,000,000,000 runs.

What it detects:
    This.

    And that.

Why it matters:
    Because.

Limits:
    Few.

Example:
    import keras

Use instead:
    import keras  # mended
"""


def test_a_page_as_markdown():
    assert as_markdown(LOST, PAGE) == MARKDOWN


def test_a_page_for_the_terminal():
    assert as_text(EMPTY, PAGE) == TEXT


def test_the_index_goes_by_clause_and_marks_advice():
    index = index_of({"lost-samples": (LOST, PAGE), "empty-epoch": (EMPTY, PAGE)})
    assert index.index("## Length") < index.index("## Epoch")
    assert "- [empty-epoch](empty-epoch.md) (advice): It is wrong." in index
    assert "## Fit" not in index


def test_every_check_has_a_file_beside_the_index():
    assert set(files_of({"lost-samples": (LOST, PAGE)})) == {"README.md", "lost-samples.md"}
