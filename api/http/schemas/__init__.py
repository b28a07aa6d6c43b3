"""What goes over the wire: strict requests (pydantic) and the shapes of answers (typed dictionaries).

A request refuses what it does not know: no extra members, no numbers in strings, no times without
an offset. Answers are plain dictionaries, because encoding a model costs more than the work it
describes; their types exist for readers and for OpenAPI.
"""
