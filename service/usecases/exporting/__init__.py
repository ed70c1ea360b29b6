"""What the columns of each exported list are.

tables     the lists of the service; where a list can be imported, under the names the import knows
movielabs  rights as MovieLabs Avails
"""
