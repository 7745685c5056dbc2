Feature: Table 9.1, sending callbacks to the external system
  The adapter takes callbacks of the configured priorities from the queue, and those that an operator has marked, and
  sends them to the external system, here an IVR. From then on they are CrmAdapter's.

  The shipped configuration sends priorities 6 and 5. Every scenario makes callbacks of its own, and the IVR calls
  nobody meanwhile. docs/steps.md explains the sentences, the columns and the values.

  @9.1-01 @CreatedCallBacks
  Scenario: 9.1-01 Callbacks of the configured priorities, and marked ones
    Given the IVR calls nobody
    And these callbacks are in the queue:
      | callback | priority | automatic | language | trouble code      | caller                                    |
      | first    | 6        |           | 21514    | No Power/No Light | Ada Lovelace; mobile +1 512 555 0102      |
      | second   | 5        |           |          | Voltage Problem   | Charles Babbage; landline +1 512 555 0103 |
      | third    | 4        |           |          | Voltage Problem   |                                           |
      | fourth   | 0        | yes       |          | Damaged Equipment | Grace Hopper; email grace@example.org     |
      | fifth    | 0        |           |          | Voltage Problem   |                                           |
    When it is time to send callbacks
    Then the sending is OK without errors
    And the IVR has got these callbacks, and no others:
      | callback | csr        | reason        | language | trouble code      | person          |
      | first    | CrmAdapter | PowerRestored | 21514    | No Power/No Light | Ada Lovelace    |
      | second   | CrmAdapter | PowerRestored | 1033     | Voltage Problem   | Charles Babbage |
      | fourth   | CrmAdapter | PowerRestored | 1033     | Damaged Equipment | Grace Hopper    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |
      | second   | CrmAdapter |
      | fourth   | CrmAdapter |

  @9.1-01 @CreatedCallBacks
  Scenario: 9.1-01 Not what a representative has pulled, nor what was sent before
    Given the IVR calls nobody
    And these callbacks are in the queue:
      | callback | automatic | held by |
      | first    | yes       | csr-7   |
      | second   | yes       |         |
    When it is time to send callbacks
    And it is time to send callbacks
    Then the sending is OK without errors
    And the IVR has got these callbacks, and no others:
      | callback | csr        |
      | second   | CrmAdapter |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | second   | CrmAdapter |

  @9.1-01 @CreatedCallBacks
  Scenario: 9.1-01 Nobody is called outside of the periods asked for
    Given the IVR calls nobody
    And these callbacks are in the queue:
      | callback | automatic | media       | periods  |
      | first    | yes       |             |          |
      | second   | yes       | MobilePhone | +30m/+2h |
    When it is time to send callbacks
    Then the sending is OK without errors
    And the IVR has got these callbacks, and no others:
      | callback | csr        |
      | first    | CrmAdapter |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |

  @9.1-01 @CreatedCallBacks
  Scenario: 9.1-01 Nothing is sent before the interval is over
    Given the IVR calls nobody
    And the target has just looked for callbacks to send
    And these callbacks are in the queue:
      | callback | automatic |
      | first    | yes       |
      | second   | yes       |
    When it is not yet time to send callbacks
    Then the IVR has got no callbacks yet
    And the queue is as it was
    When it is time to send callbacks
    Then the sending is OK without errors
    And the IVR has got these callbacks, and no others:
      | callback | csr        |
      | first    | CrmAdapter |
      | second   | CrmAdapter |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |
      | second   | CrmAdapter |

  @9.1-02 @CreatedCallBacks
  Scenario: 9.1-02 Several people to reach
    Given the IVR calls nobody
    And these callbacks are in the queue:
      | callback | caller                                                                                |
      | first    | Ada Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 |
      | second   | Charles Babbage; mobile +1 512 555 0103                                               |
    And these people are to be reached too:
      | callback | person       | contact                  | preferred |
      | first    | Grace Hopper | mobile +1 512 555 0104   |           |
      | first    | Grace Hopper | landline +1 512 555 0105 | yes       |
      | second   | Mary Lee     | mobile +1 512 555 0106   |           |
    And these callbacks are marked to be resolved automatically:
      | callback |
      | first    |
      | second   |
    When it is time to send callbacks
    Then the sending is OK without errors
    And the IVR has got these callbacks, and no others:
      | callback | csr        | person          |
      | first    | CrmAdapter | Grace Hopper    |
      | second   | CrmAdapter | Charles Babbage |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |
      | second   | CrmAdapter |

  @9.1-03 @CreatedCallBacks
  Scenario Outline: 9.1-03 The IVR is out of reach: <how>
    Given the IVR calls nobody and <how>
    And these callbacks are in the queue:
      | callback | priority | automatic |
      | first    | 6        |           |
      | second   | 0        | yes       |
    When it is time to send callbacks, again and again
    Then the sending is FAILED without errors
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |
      | second   | CrmAdapter |

    Examples:
      | how                 |
      | refuses connections |
      | drops connections   |

  @9.1-03 @CreatedCallBacks
  Scenario: 9.1-03 What could not be sent goes back to the queue when the assignment is over
    Given the IVR calls nobody and drops connections
    And these callbacks are in the queue:
      | callback | automatic |
      | first    | yes       |
      | second   | yes       |
    When it is time to send callbacks, again and again
    Then the sending is FAILED without errors
    When these callbacks are no longer marked to be resolved automatically:
      | callback |
      | first    |
      | second   |
    And the assignments are over
    And callbacks are pulled:
      | csr   | count |
      | csr-7 | 1000  |
    Then these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |

  @9.1-03 @CreatedCallBacks
  Scenario Outline: 9.1-03 The IVR does not take the callbacks: it <how>
    Given the IVR calls nobody and <how>
    And these callbacks are in the queue:
      | callback | automatic |
      | first    | yes       |
    When it is time to send callbacks
    Then the sending is FAILED without errors
    And the log tells that the callbacks were not taken
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |

    Examples:
      | how                  |
      | answers FAILED       |
      | answers PARTIAL      |
      | answers with a fault |

  @9.1-04 @CreatedCallBacks
  Scenario Outline: 9.1-04 The IVR's reply is invalid: <how>
    Given the IVR calls nobody and answers with <how>
    And these callbacks are in the queue:
      | callback | automatic |
      | first    | yes       |
    When it is time to send callbacks
    Then the sending is FAILED with these errors in the log:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by    |
      | first    | CrmAdapter |

    Examples:
      | how                          |
      | what the schema refuses      |
      | a reply of another operation |
      | a page of HTML               |
