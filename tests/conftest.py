"""For all tests."""

import gc

gc.set_threshold(50_000, 50, 100)  # pytest keeps very many objects, and the audit makes as many: a tenth of the time
