"""Code lists as data: one folder per scheme, each with versions, labels and maps.

A scheme's folder holds `<version>.csv` (the codes), `meta.toml` (owner, source, licence, maps),
`labels/<language>.csv` and `maps/<other scheme>.csv`. `copse.kit.taxonomy` reads them. A code may
be retired by a date in its `retired` column; it never vanishes, and it never changes its meaning.
"""
