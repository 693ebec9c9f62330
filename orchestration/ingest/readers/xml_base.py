"""What the XML readers share: safe streaming with flat memory.

Belongs here: parser options (no DTD, no entities, no network, no huge trees), clearing what has been read, messages.
Does not belong here: the elements of a return.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from orchestration.ingest.readers.files import Member, reading
from orchestration.ingest.readers.model import ReadError

_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def local_name(tag: str) -> str:
    """An element's name without its namespace."""
    return tag.rpartition("}")[2]


def refuse_doctype(member: Member) -> None:
    """Raises ReadError when the document declares a document type: returns have none, attacks do."""
    head = member.head()
    if _DOCTYPE.search(head.replace(b"\x00", b"")):
        raise ReadError(
            f"{member.name}: holds a document type declaration (<!DOCTYPE>), which no return has; "
            "export it again without one."
        )


def root_name(member: Member) -> str:
    """The local name of the document's first element."""
    refuse_doctype(member)
    for element in _parse(member, events=("start",), tags=None):
        return local_name(element.tag)
    raise ReadError(f"{member.name}: holds no XML element; export it again.")


def elements(member: Member, *names: str) -> Iterator[etree._Element]:
    """Each complete element of one of the (outermost) `names`, in order; it is gone when the next but one is asked for.

    Raises ReadError naming the line where the XML breaks.
    """
    refuse_doctype(member)
    for element in _parse(member, events=("end",), tags=tuple(f"{{*}}{name}" for name in names)):
        yield element
        # What was read is taken out of the tree (not only emptied), else it adds up to the size of the document.
        parent = element.getparent()
        if parent is not None:
            while (previous := element.getprevious()) is not None:
                parent.remove(previous)


def _parse(member: Member, events: tuple[str, ...], tags: tuple[str, ...] | None) -> Iterator[etree._Element]:
    with reading(member.name), member.open() as stream:
        try:
            for _, element in etree.iterparse(
                stream,
                events=events,
                tag=tags,
                load_dtd=False,
                no_network=True,
                resolve_entities=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            ):
                yield element
        except etree.XMLSyntaxError as error:
            line = error.lineno or 1
            raise ReadError(
                f"{member.name}, line {line}: the XML breaks off or is not well formed; export it again."
            ) from error


def text_of(element: etree._Element) -> str | None:
    """An element's own text, stripped; None when blank."""
    text = element.text
    return (text.strip() or None) if text else None
