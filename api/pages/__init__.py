"""What all pages for people have in common, in the console and for members.

Promises:

- A page asks the interface for all that it shows and does, inside this process.
- A page loads nothing from anywhere else, and runs no script that is written into it.
- Texts come in English and in simplified Chinese.

Never:

- A page never believes a form that was sent from another site.
- A page never decides a rule, and never reads a table of another package.

Start here:

- `ask`: how a page asks the interface.
- `render`: templates to answers, and the headers of every page.
- `translations`, `formats`: texts, numbers, money and times for a reader.
- `assets`: styles, scripts and icons.
- `guard`: cookies, and where forms come from.
- `forms`: what was typed, and what is wrong with it.
- `explain`: problems as sentences for people.
- `charts`: the scale of a chart.
- `verification`: files by which WeChat sees whose the domain is.
- `export`: lists as CSV.
"""
