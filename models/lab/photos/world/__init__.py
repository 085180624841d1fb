"""What photo models train on and are asked about: pictures, words, false captions, boxes."""
