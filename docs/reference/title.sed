# Gives a page whose title is in its heading one that gi-docgen finds.
1s/^# (.*)/Title: \1\n\n# \1/
