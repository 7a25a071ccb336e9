"""Papers: receipts, invoices, credit notes and statements. Each is issued once, numbered, and never changed."""
