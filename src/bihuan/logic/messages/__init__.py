"""What citizens write, read by machine: what it is about, which of it is the same, and how it was answered.

Everything here is arithmetic on text: no model is downloaded and nothing leaves the house. ``grams`` turns a
message into features, ``classifier`` judges with them, ``training`` learns them (scikit-learn), ``copies``
finds near copies and ``merging`` the messages that are about one event.
"""
