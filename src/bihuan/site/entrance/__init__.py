"""Coming in with the login one already has: OpenID Connect, CAS, or a portal's signed ticket.

Nobody is made here: each maps to a user the administrator has made. A second factor is waived only
when the other side says that it asked for one.
"""
