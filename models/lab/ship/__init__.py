"""From a checkpoint to the files of a model that ships."""
