"""Exams: what answers say about questions, and about the exam that is made of them."""
