"""Language: spellings brought to one, numbers and money, which script and register, wordings of values.

The only room where Arabic letters may stand in code: its tables are about letters and numerals, not sentences.
"""
