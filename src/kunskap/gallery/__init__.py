"""The gallery: every plot in colour and in grey, with what it answers and the call that draws it."""

from kunskap.gallery.entries import ENTRIES, Entry, Shown, shown
from kunskap.gallery.material import Example, Material, read_material
from kunskap.gallery.page import gallery_document

__all__ = ["ENTRIES", "Entry", "Example", "Material", "Shown", "gallery_document", "read_material", "shown"]
