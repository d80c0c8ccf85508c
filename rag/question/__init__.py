"""What a question asks for, and the question on its way through the pipeline."""
