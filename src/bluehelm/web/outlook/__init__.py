"""What may happen next: releases of outlooks, what followed from them, and the atrocity-prevention lens."""
