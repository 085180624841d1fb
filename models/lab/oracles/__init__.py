"""What the page is checked against: answers of Pillow and of Hugging Face's Python tokenizers, made once and committed."""
