"""The one owner of a request's life: from the draft to the rating, with the frozen terms of the job."""
