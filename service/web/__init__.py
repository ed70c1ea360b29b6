"""The pages for people, rendered on the server: they call the same use cases as the API.

site.py         adds pages, static files and compression to the application
page.py         one request of a person: who it is, how it is answered
reader.py       the reader's language, formats and time zone
templating.py   the one Jinja environment; every text of the interface is marked for translation
marking.py      marks texts that are shown elsewhere for the catalogue
words.py        the closed vocabularies in the words of the trade
forms.py        what a form sent, checked by the API's own schemas
errors.py       errors as pages
assets.py       static files under addresses that change with their content
charts.py       charts as SVG with names for screen readers
navigation.py   where people of each kind go
pages/          one module per subject: parse, call use cases, render a template
"""
