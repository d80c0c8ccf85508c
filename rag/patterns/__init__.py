"""What rules tell from text alone: lists, tables, numbers, names, dates, headings above."""
