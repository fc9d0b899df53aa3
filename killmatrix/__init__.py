"""Which faults each check of the catalogue really catches: `python -m killmatrix` drives them and writes the page."""
