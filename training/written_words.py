"""Made-up words, names and labels that `written_documents` writes with."""

from __future__ import annotations

GIVEN = (
    "Ada", "Bert", "Carla", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja", "Luis",
    "Mei", "Nadia", "Otto", "Priya", "Quentin", "Rosa", "Sven", "Tariq", "Uma", "Viktor", "Wanda", "Yuki",
    "Zoe",
)  # fmt: skip
FAMILY = (
    "Aldermoor", "Brandt", "Castellan", "Dunmore", "Ekström", "Farrow", "Galvez", "Holloway", "Ibsen",
    "Jarrett", "Kovalenko", "Lindqvist", "Marchetti", "Nakagawa", "Osei", "Pemberton", "Quayle", "Rowntree",
    "Sandoval", "Thackeray", "Ustinov", "Vandermeer", "Whitlock", "Yilmaz", "Zeller",
)  # fmt: skip
HANDLES = (
    "mole", "river", "quark", "badger", "hex", "pilot", "tango", "ferret", "dusty", "axle", "nomad", "zen",
    "kite",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLACES = ("Orsund", "Vell", "Marrow Bay", "Castra", "Port Ennis", "Halden", "Toll Bridge", "Sarn", "Westmere")
WORDS = (
    "price", "weight", "species", "class", "order", "region", "total", "north", "south", "red", "blue",
    "salt", "oil", "wheat", "iron", "copper", "model", "engine", "battery", "screen", "basic", "advanced",
    "daily", "weekly", "yes", "no", "none", "full time", "part time", "free", "open", "closed", "first",
    "second", "third", "self", "other",
)  # fmt: skip
LABELS = (
    "Name", "Location", "Date", "Time", "Author", "Title", "Publisher", "Pages", "Price", "Phone", "Fax",
    "E-mail", "Ingredients", "Size", "Weight", "Status", "Category", "Department", "Contact", "Room",
    "Instructor", "Rating", "Distance", "Genre", "Director", "Length", "Requirements", "Salary", "Type",
    "Version", "Subject", "Notes",
)  # fmt: skip
GREETINGS = (
    "Dear {}",
    "Dear {},",
    "Hi {},",
    "Hello {}",
    "Hi all",
    "Dear Sir or Madam",
    "To whom it may concern",
)
ASIDES = (
    "Here is what was found:", "A few things:", "Back to the subject:", "And then there is this:",
    "For example:", "He writes:", "The report says:", "To sum up:", "First of all:", "It reads:",
    "My favourite part:", "Note:", "Well,", "These are the rules:", "The following applies",
    "More of it below", "Here they are:", "Says the minister:", "Oh dear!", "Score: {} out of 10",
    "Rating: {}", "{} days ago", "{} votes", "Page {}", "Updated {} hours ago", "Grade: {}",
)  # fmt: skip
CLOSINGS = (
    "Yours sincerely", "Yours sincerely,", "Best regards,", "Cheers,", "Regards", "Thanks", "Bye",
    "Sincerely,", "With kind regards",
)  # fmt: skip
SECTION_WORDS = (
    "Introduction", "Summary", "Background", "Methods", "Results", "Discussion", "Conclusion",
    "Conclusions", "Abstract", "References", "Resources", "Links", "Overview", "Contents",
    "Acknowledgements", "Appendix", "Materials", "Objectives", "Recommendations", "Contact",
    "Further Reading", "Notes", "History", "Membership", "Programme", "Requirements",
)  # fmt: skip
