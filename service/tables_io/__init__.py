"""Tables as files: what people upload, and what they download.

formulas  cells that a spreadsheet would run, made harmless and back
lists     several values in one cell
reading   CSV, XLSX and Parquet -> a frame of text, within limits
unpack    the process of its own in which XLSX and Parquet are opened
writing   rows -> CSV and XLSX

Nothing here knows what the tables are about.
"""
