"""Asking the person it was for (回访): one contact that confirms, rates and calls back."""
