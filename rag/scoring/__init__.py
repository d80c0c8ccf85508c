"""What is measured of sentences and spans, how it is weighed, and what becomes evidence."""
