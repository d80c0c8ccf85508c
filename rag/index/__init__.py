"""The index on disk: the only contract between `ingest` (which writes) and `rag` (which reads).

`collection` is the way in; `generations` publishes atomically and knows nothing of what it
publishes; a `segment` joins the three stores `chunks` (SQLite), `vectors` (FAISS) and `lexical`.
"""
