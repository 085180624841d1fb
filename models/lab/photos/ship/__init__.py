"""The files that photo models ship as."""
