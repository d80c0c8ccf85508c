"""Which documents and sections a question names."""
