"""The look of every page: layout, components, forms, charts, error pages, and safe headers.

Read in this order: templates/web/base.html, templates/cotton/, forms.py, headers.py, charts.py.
"""
