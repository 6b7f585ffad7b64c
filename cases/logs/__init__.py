"""Event logs: reading, understanding and writing CSV and XES files of what happened to cases.

What does not name the database is pure and streams: memory does not grow with the file. The order of one
import is `sources`, `csv_reader` or `xes_reader`, `checking`, `spool`, `stages` and `profile`, then the act.
An export goes the other way, through `csv_writer` and `xes_writer`.
"""
