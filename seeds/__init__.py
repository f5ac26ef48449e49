"""The catalogue of sources that ships with prrwatch: data, no code. See README.md in this folder."""
