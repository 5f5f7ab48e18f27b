"""Inventory of a corpus before any work: from headers and annotations alone."""

from seizure.corpora.inventory import files
from seizure.corpora.inventory.inventory import Fault, Inventory
from seizure.corpora.inventory.sound import require_sound, same_patient
from seizure.corpora.inventory.take import take

__all__ = ["Fault", "Inventory", "files", "require_sound", "same_patient", "take"]
