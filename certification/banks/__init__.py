"""Question banks: what is asked in exams, in which versions, and how it comes in and goes out."""
