"""The report: one HTML file without any network access, from a comparison and its outcomes.

`findings` gathers what is reported, the section modules (`answers`, `effort`, `understanding`,
`running`, `background`) turn it into `parts`, `charts` draws, `page` fills in `templates/`.
"""
