"""The docstring of a check is read section by section, and every misshapen one is refused with the reason."""

from __future__ import annotations

import pytest

from seqcheck.model.page import PageError, parse_page

GOOD = """The defect, as a statement.

What it detects:
    One thing, said
    in two lines.

    And another.
Why it matters:
    Reasons: many.
Limits:
    Some.
Example:
    import keras


    class Batches(keras.utils.PyDataset):
        pass
Use instead:
    import keras
"""


def test_sections_are_read_with_paragraphs_joined_and_code_dedented():
    page = parse_page(GOOD, "it")
    assert page.summary == "The defect, as a statement."
    assert page.detects == "One thing, said in two lines.\n\nAnd another."
    assert page.why == "Reasons: many."
    assert page.example == "import keras\n\n\nclass Batches(keras.utils.PyDataset):\n    pass\n"
    assert page.instead == "import keras\n"


@pytest.mark.parametrize(
    ("docstring", "complaint"),
    [
        (None, "it has no docstring"),
        ("  \n", "it has no docstring"),
        ("Only a summary.", "the sections are none; expected 'What it detects'"),
        (GOOD.replace("Limits:", "Limitations:"), "'Limitations', 'Example'"),
        (GOOD.replace("Limits:\n    Some.\n", ""), "expected 'What it detects', 'Why it matters', 'Limits'"),
        (GOOD.replace("    Some.\n", "\n"), "the section 'Limits' is empty"),
        (GOOD.replace("    Some.", "  Some."), "'  Some.' in 'Limits' is not indented by four spaces"),
        (GOOD.replace("a statement.", "a statement"), "begin with one sentence"),
        (GOOD.replace("a statement.\n", "a statement.\n\nMore.\n"), "begin with one sentence"),
    ],
)
def test_a_misshapen_docstring_is_refused_with_the_reason(docstring, complaint):
    with pytest.raises(PageError, match=r"^it") as refused:
        parse_page(docstring, "it")
    assert complaint in str(refused.value)
