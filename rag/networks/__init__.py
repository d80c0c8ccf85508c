"""Running a network: where, in which number format, and BERT and Llama in plain torch."""
