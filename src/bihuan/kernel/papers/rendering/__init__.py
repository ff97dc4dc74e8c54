"""Papers as documents: DOCX and PDF after GB/T 9704-2012, from one frozen row."""

from bihuan.kernel.papers.rendering.office import docx
from bihuan.kernel.papers.rendering.printed import pdf

__all__ = ["docx", "pdf"]
