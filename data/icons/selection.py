"""What is taken from the icon sets, what is left out, and whose drawings are one."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LICENCES = ("MIT", "Apache-2.0", "ISC", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "OFL-1.1")

# Sets of brands, flags, scripts, currencies and file types: no pictures of things.
NOT_THINGS = _words(
    """
    arcticons brandico bxl catppuccin circle-flags cib cif cryptocurrency
    cryptocurrency-color devicon devicon-plain entypo-social fa-brands fa6-brands
    fa7-brands file-icons flag flagpack fontisto-brands logos mage-brands
    material-icon-theme nonicons openmoji-flags selfhst seti simple-icons skill-icons
    thesvg token token-branded vscode-icons web3icons
    """
)

# Words in a drawing's name that tell of its style and not of what it shows.
STYLES = _words(
    """
    outline outlined filled fill solid bold line linear light thin regular duotone
    twotone two tone broken alt rounded round sharp flat remix color colored small
    large mini micro animated animal animals icon
    """
)

# Each concept and the other words for it. The first two are the book's cats and dogs.
WORDS = """
    cat=kitten,kitty dog=puppy
    airplane=plane,aeroplane alien anchor axe baby backpack balloon basketball
    bed bell bicycle=bike bird book brain bread broom bucket bug bus butterfly
    cactus=cacti cake=birthday-cake calculator calendar camera candle candy
    car=automobile carrot castle chair church clock cloud coffee compass cookie crown
    diamond dice dna
    door droplet=drop,water-drop drum dumbbell ear egg envelope=mail,email eye factory
    fire=flame fish flask flower football=soccer ghost gift glasses globe guitar
    hammer headphones=headphone heart helicopter hospital hourglass house=home
    ice-cream=icecream key keyboard lamp laptop leaf lemon lighthouse
    lightning=bolt,thunderbolt lightbulb=bulb,light-bulb lock magnet microphone
    microscope moon motorcycle=motorbike mountain mushroom paintbrush=brush pencil
    piano pig pill pizza printer puzzle=puzzle-piece rainbow robot rocket sailboat=boat
    scissors screwdriver shopping-cart=cart skull snowflake=snow sofa=couch star
    stethoscope sun syringe telescope tent thermometer toilet tooth tornado train
    tree trophy truck t-shirt=tshirt tv=television umbrella watch wheelchair wrench
"""
CONCEPT_OF = {}
for entry in WORDS.split():
    first, *others = re.split("[=,]", entry)
    CONCEPT_OF |= {word: first for word in [first, *others]}

# Cats and dogs are few, so other poses and faces of theirs are taken too.
PETS = ("cat", "dog")
POSES = _words(
    """
    head body sitting side big hollow black halloween nature pet felyne canine face
    crying grinning kissing pouting smiling weary wry tears joy eyes smile with of and
    heart jumping sniffing wearing collar harness on leash lucky business service
    ecology 1 2
    """
)
# Looked at on contact sheets: named after a cat or dog, but no drawing of one.
NOT_PETS = re.compile(
    r"hot-dog|dog-bone|balloon|bowl|house|flap|sled|footprint|food|droplet|heart$|schrodinger"
)

# Authors whose sets share drawings: redrawn, forked or continued under another name.
SAME_HAND = (
    ("Google", "Google Inc", "Material Design Authors"),
    ("Icons8", "Dave Gandy"),  # Line Awesome redraws Font Awesome
    ("Lucide Contributors", "Cole Bemis"),  # Lucide continues Feather
    ("Gerrit Halfmann", "atelierAnchor"),  # the same dog, dot for dot
)
# Two drawings, slightly blurred, are copies when they correlate more than this.
COPY = 0.985
# Authors with copies of each other in so many concepts are one family. The shapes that
# everybody draws alike tell nothing about that.
SHARED_CONCEPTS = 3
DRAWN_ALIKE = _words(
    """
    balloon bell book calendar clock cloud compass diamond droplet egg envelope eye fire
    globe heart house key laptop leaf lightning lock magnet moon pencil pill star sun tv
    """
)
# Of drawings of one thing that correlate more than this, one stays.
ALIKE = 0.97


def concept(prefix: str, name: str) -> str | None:
    """What the drawing ``name`` of the set ``prefix`` shows; None where not wanted."""
    words = [
        word
        for word in re.split(r"[-_]", name.lower())
        if word not in STYLES and not re.fullmatch(r"\d+|24px|16px", word)
    ]
    found = CONCEPT_OF.get("-".join(words))
    if found is None:
        pets = {CONCEPT_OF[w] for w in words if CONCEPT_OF.get(w) in PETS}
        rest = [w for w in words if w not in CONCEPT_OF and w not in POSES]
        if len(pets) == 1 and not rest and not NOT_PETS.search(name):
            found = pets.pop()
    return found


def cap(name: str) -> int:
    """How many drawings of a concept one family may give."""
    return 6 if name in PETS else 3
