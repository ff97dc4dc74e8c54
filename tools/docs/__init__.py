"""The documents as a site with search: ``python -m tools.docs [--into build/site] [--no-pictures]``.

What people wrote in ``docs/`` and beside the lines is gathered; pages of figures and of the API are written from
what is registered; pictures of the walk are taken from the demonstration. Nothing of it is committed. The site needs
no network to be looked at; a link that leads nowhere stops the build.
"""
