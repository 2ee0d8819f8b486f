"""The pages of the schoolyard: who is there today, prints, roster, box, tablet."""
