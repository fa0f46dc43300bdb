"""Voice messages: sound taken apart, an engine that makes words of it, and who asks for both beside the guide."""
