# Gives a page that is also read where the source is a title that gi-docgen finds, and links that work there.
1s/^# (.*)/Title: \1\n\n# \1/
s/\]\((\w+)\.md(#[a-z-]+)?\)/](\1.html\2)/g
