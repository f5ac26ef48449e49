"""What the web view reads: one module for each page. Read only; every list is bounded; rows become records here."""
