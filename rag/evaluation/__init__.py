"""Sets of questions with known answers, and reports on how they were answered."""
