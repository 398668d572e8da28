"""Technical limits of the register: none of them is policy, each has its reason."""

# Two points closer than this may be one community that two sources put at different gates; blocks are 100-200 m wide.
TWIN_NEAR_M = 150
# A flat beyond this is a whole building or a typing error (cm² for m²); the largest known flats are under 1,000 m².
LARGEST_FLAT_M2 = 2000
# Names of two or three characters in common score 0.25 to 0.3 in pg_trgm; below that a guess helps nobody.
NAME_LIKE_ENOUGH = 0.25
# The longest slab of Beijing's old communities has some thirty stairs; beyond twice that it is a count of flats.
MOST_ENTRANCES = 60
# 50 MB is a scanned drawing set; larger ones come from cameras and are to be split or compressed.
LARGEST_DOCUMENT_BYTES = 50 * 1024 * 1024
LARGEST_DOCUMENT = f"{LARGEST_DOCUMENT_BYTES // 1024**2} MB"
# Tiles ask which marks are newer than theirs; browsers that stayed away for a week reload the layer once.
KEEP_LAYER_MARKS_DAYS = 7
# Per web process: a district's map at one zoom is about 1 MB, so this holds what a few dozen people look at.
KEPT_TILES_BYTES = 48 * 1024 * 1024
