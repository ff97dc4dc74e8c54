"""Papers as documents: DOCX and PDF after GB/T 9704-2012, from one frozen row."""

from bihuan.kernel.papers.rendering.printed import pdf

__all__ = ["docx", "pdf"]


def docx(paper_id: int) -> bytes:
    """Return a paper as DOCX, see :func:`office.docx`; what draws it is heavy and loaded when first asked for."""
    from bihuan.kernel.papers.rendering import office

    return office.docx(paper_id)
