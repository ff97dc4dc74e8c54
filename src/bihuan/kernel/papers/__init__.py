"""Numbered official documents (文书): one frozen row, its number, its signature, its DOCX and PDF."""
